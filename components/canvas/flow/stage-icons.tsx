import {
  ChartLine,
  CircleQuestionMark,
  ClipboardCheck,
  CopyMinus,
  Database,
  Dices,
  Eraser,
  FileText,
  Filter,
  Globe,
  Hand,
  Hash,
  ListChecks,
  type LucideIcon,
  Mail,
  PackageCheck,
  PaintBucket,
  Repeat,
  Rocket,
  Scale,
  ShieldCheck,
  ShieldOff,
  Split,
  Tag,
  Target,
  Type,
} from 'lucide-react'
import { findSpec } from '#stages/specs'

/** Icons that stage specs name. A test says when one is missing. */
export const stageIcons: Record<string, LucideIcon> = {
  'chart-line': ChartLine,
  'clipboard-check': ClipboardCheck,
  'copy-minus': CopyMinus,
  database: Database,
  dices: Dices,
  eraser: Eraser,
  'file-text': FileText,
  filter: Filter,
  globe: Globe,
  hand: Hand,
  hash: Hash,
  'list-checks': ListChecks,
  mail: Mail,
  'package-check': PackageCheck,
  'paint-bucket': PaintBucket,
  repeat: Repeat,
  rocket: Rocket,
  scale: Scale,
  'shield-check': ShieldCheck,
  'shield-off': ShieldOff,
  split: Split,
  tag: Tag,
  target: Target,
  type: Type,
}

const unknown = 'unknown'

/** All icons once, so that a node refers to its own by two elements instead of five: it counts with 800 nodes. */
export function StageIconSprite() {
  return (
    <svg className="sprite" aria-hidden>
      {[...Object.entries(stageIcons), [unknown, CircleQuestionMark] as const].map(([name, Icon]) => (
        <symbol key={name} id={`stage-icon-${name}`} viewBox="0 0 24 24">
          <Icon strokeWidth={2.1} />
        </symbol>
      ))}
    </svg>
  )
}

/** The icon of a stage type, in the hue of its category when an element around it has `data-cat`. */
export function StageIcon({ type, className = 'i' }: { type: string; className?: string }) {
  const icon = findSpec(type)?.icon ?? unknown
  return (
    <svg className={className} aria-hidden>
      <use href={`#stage-icon-${Object.hasOwn(stageIcons, icon) ? icon : unknown}`} />
    </svg>
  )
}
