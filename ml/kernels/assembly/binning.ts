// Turns columns of floats into bins 0 to 254, and 255 for a missing value. All pointers are bytes.

const MISSING: i32 = 255

// Ascending radix sort of n floats without NaN, in place; scratch holds n more, counts 3 * 2048 u32.
export function sortFloats(values: usize, scratch: usize, counts: usize, n: i32): void {
  memory.fill(counts, 0, 3 * 2048 * 4)
  const c1 = counts + 8192
  const c2 = counts + 16384
  for (let i = 0; i < n; i++) {
    const at = values + (<usize>i << 2)
    let key = load<u32>(at)
    // order of floats as unsigned numbers: flip all bits of negative ones, the sign of the others
    key ^= <u32>(<i32>key >> 31) | 0x80000000
    store<u32>(at, key)
    bump(counts, key & 2047)
    bump(c1, (key >> 11) & 2047)
    bump(c2, key >> 22)
  }
  prefix(counts)
  prefix(c1)
  prefix(c2)
  scatter(values, scratch, counts, n, 0)
  scatter(scratch, values, c1, n, 11)
  scatter(values, scratch, c2, n, 22)
  for (let i = 0; i < n; i++) {
    let key = load<u32>(scratch + (<usize>i << 2))
    key ^= (<u32>(<i32>(key ^ 0x80000000) >> 31)) | 0x80000000
    store<u32>(values + (<usize>i << 2), key)
  }
}

@inline function bump(counts: usize, digit: u32): void {
  const at = counts + (<usize>digit << 2)
  store<u32>(at, load<u32>(at) + 1)
}

function prefix(counts: usize): void {
  let sum: u32 = 0
  for (let i: usize = 0; i < 8192; i += 4) {
    const count = load<u32>(counts + i)
    store<u32>(counts + i, sum)
    sum += count
  }
}

function scatter(from: usize, to: usize, counts: usize, n: i32, shift: u32): void {
  for (let i = 0; i < n; i++) {
    const key = load<u32>(from + (<usize>i << 2))
    const at = counts + (<usize>((key >> shift) & 2047) << 2)
    const place = load<u32>(at)
    store<u32>(at, place + 1)
    store<u32>(to + (<usize>place << 2), key)
  }
}

// Bin of each value: the first of 255 ascending edges that is not below it (the rest are +infinity); NaN is missing.
export function binColumn(values: usize, edges: usize, bins: usize, stride: i32, n: i32): void {
  for (let i = 0; i < n; i++) {
    const value = load<f32>(values + (<usize>i << 2))
    let at: usize = 0
    for (let step: usize = 128; step > 0; step >>= 1) {
      at += load<f32>(edges + ((at + step - 1) << 2)) < value ? step : 0
    }
    store<u8>(bins, value != value ? MISSING : <i32>at)
    bins += stride
  }
}
