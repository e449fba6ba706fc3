import {
  ChartArea,
  ChartLine,
  ChartScatter,
  ChartSpline,
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
  Shrub,
  Slash,
  Split,
  Tag,
  Target,
  TreePine,
  Trees,
  TrendingUp,
  Type,
  Waypoints,
} from 'lucide-react'
import { findSpec } from '#stages/specs'

/** Icons that stage specs name. A test says when one is missing. */
export const stageIcons: Record<string, LucideIcon> = {
  'chart-area': ChartArea,
  'chart-line': ChartLine,
  'chart-scatter': ChartScatter,
  'chart-spline': ChartSpline,
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
  shrub: Shrub,
  slash: Slash,
  split: Split,
  tag: Tag,
  target: Target,
  'tree-pine': TreePine,
  trees: Trees,
  'trending-up': TrendingUp,
  type: Type,
  waypoints: Waypoints,
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
