import { seededRandom } from '#ml/estimators/random'

const tastes = [
  ['Assam tea', 'Green tea', 'Rooibos', 'Tea strainer', 'Honey', 'Rusks', 'Lemon curd', 'Shortbread'],
  ['Espresso', 'Filter coffee', 'Oat milk', 'Moka pot', 'Biscotti', 'Dark chocolate', 'Coffee filters', 'Cane sugar'],
  ['Olive oil', 'Penne', 'Tinned tomatoes', 'Basil', 'Parmesan', 'Anchovies', 'Capers', 'Balsamic vinegar'],
  ['Basmati rice', 'Ghee', 'Red lentils', 'Turmeric', 'Mango chutney', 'Naan', 'Coconut milk', 'Cardamom'],
]

/** Orders of a grocer as a shop exports them, the same each time: every customer keeps mostly to one of four tastes. */
export function ordersCsv(customers: number): string {
  const random = seededRandom(11)
  const lines = Array.from({ length: customers }, (_, customer) => {
    const own = Math.floor(random() * tastes.length)
    const wanted = 4 + Math.floor(random() * 4)
    const taken = new Set<string>()
    for (let tries = 0; taken.size < wanted && tries < 200; tries++) {
      const from = tastes[random() < 0.85 ? own : Math.floor(random() * tastes.length)] ?? []
      // squares make the first of a taste more popular
      taken.add(from[Math.floor(random() ** 2 * from.length)] ?? '')
    }
    return [...taken].map((product, nth) => {
      const at = new Date(Date.UTC(2026, 0, 1 + nth * 9 + Math.floor(random() * 9), Math.floor(random() * 24)))
      return [`C-${1000 + customer}`, product, at.toISOString(), 1 + Math.floor(random() * 3)].join(',')
    })
  })
  return ['customer,product,ordered_at,quantity', ...lines.flat()].join('\n')
}
