import {
  Axis3d,
  CalendarDays,
  CaseSensitive,
  ChartArea,
  ChartLine,
  ChartPie,
  ChartScatter,
  ChartSpline,
  CircleQuestionMark,
  ClipboardCheck,
  Combine,
  CopyMinus,
  Database,
  Dices,
  Eraser,
  FileText,
  Filter,
  GitCompare,
  Globe,
  Hand,
  Hash,
  Lightbulb,
  List,
  ListChecks,
  ListFilter,
  type LucideIcon,
  Mail,
  Orbit,
  PackageCheck,
  PackagePlus,
  PaintBucket,
  Repeat,
  Rocket,
  Scale,
  ScanSearch,
  SearchX,
  ShieldCheck,
  ShieldOff,
  Shrub,
  Slash,
  SlidersHorizontal,
  Split,
  Tag,
  Target,
  ThumbsUp,
  TreePine,
  Trees,
  TrendingUp,
  Trophy,
  Type,
  UsersRound,
  Waypoints,
} from 'lucide-react'
import { findSpec } from '#stages/specs'

/** Icons that stage specs name. A test says when one is missing. */
export const stageIcons: Record<string, LucideIcon> = {
  'axis-3d': Axis3d,
  'calendar-days': CalendarDays,
  'case-sensitive': CaseSensitive,
  'chart-area': ChartArea,
  'chart-line': ChartLine,
  'chart-pie': ChartPie,
  'chart-scatter': ChartScatter,
  'chart-spline': ChartSpline,
  'clipboard-check': ClipboardCheck,
  combine: Combine,
  'copy-minus': CopyMinus,
  database: Database,
  dices: Dices,
  eraser: Eraser,
  'file-text': FileText,
  filter: Filter,
  'git-compare': GitCompare,
  globe: Globe,
  hand: Hand,
  hash: Hash,
  lightbulb: Lightbulb,
  list: List,
  'list-checks': ListChecks,
  'list-filter': ListFilter,
  mail: Mail,
  orbit: Orbit,
  'package-check': PackageCheck,
  'package-plus': PackagePlus,
  'paint-bucket': PaintBucket,
  repeat: Repeat,
  rocket: Rocket,
  scale: Scale,
  'scan-search': ScanSearch,
  'search-x': SearchX,
  'shield-check': ShieldCheck,
  'shield-off': ShieldOff,
  shrub: Shrub,
  slash: Slash,
  'sliders-horizontal': SlidersHorizontal,
  split: Split,
  tag: Tag,
  target: Target,
  'thumbs-up': ThumbsUp,
  'tree-pine': TreePine,
  trees: Trees,
  'trending-up': TrendingUp,
  trophy: Trophy,
  type: Type,
  'users-round': UsersRound,
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
