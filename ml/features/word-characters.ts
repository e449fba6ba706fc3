/**
 * The characters that words are made of: letters, digits, marks and the underscore of Unicode 17, without the few whose
 * lower case differs between JavaScript and the two ONNX runtimes. Frozen, so that a model reads the same words in any
 * engine of any age; every other character separates words. word-characters.test.ts compares it with both runtimes.
 * Each entry is a code point in base 36, or a code point and how many follow it.
 */
const ranges = [
  '1c-9 1t-p 2n 2p-p 4q 4y-1 51 55-1 58-2 5c-m 60-u 6w-4i bg-5j h1-2k jq-b kg-4 ks ku lc-38 om-1 oq-3 ov p2 p4-2',
  'p8 pa-j pv-2a s7-3u w3-4s 10x-11 121 128-14 13l-18 14v 14x-1 150-1 153 15c-q 167-3 174-a 17k-21 19q-2t 1cl-7',
  '1cv-9 1d6-i 1dr 1e8-1m 1fx-2s 1j4-1h 1kq 1kt 1kw-19 1mo-r 1nk-a 1o0-n 1op-6 1p3-22 1r7-3k 1uu-9 1v5-i 1vp-7',
  '1vz-1 1w3-l 1wq-6 1wy 1x2-3 1x8-8 1xj-1 1xn-3 1xz 1y4-1 1y7-4 1ye-b 1ys-5 1z0 1z2 1z5-2 1z9-5 1zj-1 1zn-l 20a-6',
  '20i-1 20l-1 20o-1 20s 20u-4 213-1 217-2 21d 21l-3 21q 21y-f 22p-2 22t-8 233-2 237-l 23u-6 242-1 245-4 24c-9',
  '24n-2 24r-2 24w 25c-3 25i-9 261-6 269-2 26d-7 26n-1 26r-l 27e-6 27m-1 27p-4 27w-8 287-1 28b-2 28l-2 28s-1 28v-4',
  '292-9 29d-6 29u-1 29x-5 2a6-2 2aa-3 2ah-1 2ak 2am-1 2ar-1 2aw-2 2b2-b 2bi-4 2bq-2 2bu-3 2c0 2c7 2cm-c 2dc-c',
  '2dq-2 2du-m 2ei-f 2f0-8 2fa-2 2fe-3 2fp-1 2fs-2 2fw-1 2g0-3 2g6-9 2go-6 2gw-3 2h1-7 2ha-2 2he-m 2i2-9 2id-4',
  '2ik-8 2iu-2 2iy-3 2j9-1 2jg-2 2jk-3 2jq-9 2k1-2 2kg-c 2ku-2 2ky-1e 2me-2 2mi-4 2ms-f 2na-i 2nu-5 2o1-2 2o5-h',
  '2oq-n 2pf-8 2pp 2ps-6 2q2 2q7-5 2qe 2qg-7 2qu-9 2r6-1 2rl-1l 2tc-e 2ts-9 2v5-1 2v8 2va-4 2vg-n 2w5 2w7-m 2ww-4',
  '2x2 2x4-6 2xc-9 2xo-3 2yo 2zc-1 2zk-j 305 307 309 30e-9 30p-z 31t-j 32e-h 32x-z 346 35s-21 380-25 3a8-11 3bb',
  '3bh 3bk-16 3cs-98 3m2-3 3m8-6 3mg 3mi-3 3mo-14 3nu-3 3o0-w 3oy-3 3p4-6 3pc 3pe-3 3pk-e 3q0-1k 3rm-3 3rs-1u',
  '3tp-2 3u1-j 3uo-f 3vk-2d 3y0-5 3y9-h7 4fj-g 4g1-p 4gw-22 4j2-a 4jk-l 4kf-l 4lc-j 4m8-c 4mm-2 4mq-1 4n4-2b 4pj',
  '4po-1 4ps-9 4q8-9 4qz-2 4r3-a 4rk-2g 4u8-16 4vk-1x 4xs-u 4yo-b 4z4-b 4zq-13 50w-4 51c-17 52o-p 53k-a 54w-r',
  '55s-1q 57k-s 58f-a 58w-9 59j 59s-19 5b4-b 5c0-24 5e8-9 5ez-8 5fk-37 5j4-1j 5kw-9 5l9-1c 5mo-8 5n4-16 5od-2',
  '5ow-2 5p0-12 5q8-et 654-5 65c-11 66g-5 66o-7 66x 66z 671 673-u 680-1g 69i-6 69q 69u-2 69y-6 6a8-3 6ae-5 6ao-c',
  '6b6-2 6ba-6 6eo-1 6es-5 6f3-a 6fk-c 6hc-w 6iq 6iv 6iy-9 6j9 6jd-4 6jo 6jq 6js 6ju-3 6jz-a 6kc-3 6kl-4 6ku',
  '6kw-1l 76o-1n 7ai-l 7sm-t 8ow-1a 8q8-1a 8rk-3o 8vf-8 8vx 8w0-11 8x3 8x9 8xc-1j 8z3 8zj-n 90g-6 90o-6 90w-6',
  '914-6 91c-6 91k-6 91s-6 920-6 928-v 94f 9hh-2 9i9-e 9ip-4 9iw-4 9j5-2d 9ll-1 9lp-2 9lt-2h 9oc-3 9ol-16 9pt-2l',
  '9si-3 9sw-v 9v4-f 9wg-9 9xk-7 9xt-e 9z4-9 a0h-e a9s-533 feo-h3g wk0-19 wlc-7g wsw-r wu8-1e wvo-9 wvz-36 x07-8',
  'x0i-2u x3f-1g x4y-4 x69-3 x6f-1c x7w x80-5 x8g-1f xa8-1x xcg-9 xcw-n xdn xdp-1c xf4-z xgg-s xhc-1s xjj-a xk0-u',
  'xkw-1i xmo-d xn4-9 xnk-m xoa-20 xqz-2 xr4-f xrm-4 xs1-5 xs9-5 xsh-5 xsw-6 xt4-6 xtc-16 xuk-d xv4-3e xyk-1 xyo-9',
  'xz4-8mb 16ls-m 16mj-1c 1d6o-a5 1dgw-2x 1dkw-6 1dlf-4 1dlp-b 1dm2-c 1dmg-4 1dmm 1dmo-1 1dmr-1 1dmu-2z 1dqr-a2',
  '1e1c-1r 1e36-1h 1e5s-b 1e68-f 1e74-f 1e9c-4 1e9i-3q 1eds-9 1ee9-p 1ef5-p 1eg6-2g 1eiq-5 1eiy-5 1ej6-5 1eje-2',
  '1ekg-b 1ekt-p 1elk-i 1em4-1 1em7-e 1emo-d 1eo0-3e 1err-18 1etc-1k 1eve-1 1eyl 1f28-s 1f34-1c 1f4w-r 1f5s-z',
  '1f71-t 1f80-16 1f9c-t 1fa8-z 1fbc-7 1fbl-4 1fcw-4d 1fhc-9 1fhs-z 1fiw-z 1fk0-13 1flc-1f 1fpc-1f 1fr4-8m 1g00-l',
  '1g0w-7 1g1s-5 1g1z-15 1g36-8 1g5c-5 1g5k 1g5m-17 1g6v-1 1g70 1g73-m 1g7s-u 1g8p-11 1g9z-8 1gbk-i 1gc4-1 1gcb-w',
  '1gdc-p 1ge8-p 1gg0-1j 1gho-j 1gia-1d 1gjp-1 1gjw-7 1gk5-2 1gk9-s 1gl4-2 1glb-9 1gm8-u 1gn4-v 1gow-7 1gp5-t',
  '1gq3-4 1gqo-1h 1gsg-l 1gt4-q 1gu0-p 1gvd-6 1gxs-20 1h1c-1e 1h34-1e 1h4q-19 1h68-9 1h6o-f 1h7t-4 1h7z 1heo-u',
  '1hfk-15 1hgr-1 1hgw-1 1hhe-5 1hiy-19 1hkg-10 1hm8-l 1ho0-r 1hpc-m 1hq8-1y 1hsi-z 1htr-1n 1hvm 1hw0-o 1hww-9',
  '1hxc-1g 1hyu-9 1hz8-3 1hzk-z 1i0m 1i0w-1w 1i2x-3 1i32-c 1i3g 1i3l-j 1i4g-h 1i4z-10 1i66-3 1i80-6 1i88 1i8a-3',
  '1i8f-e 1i8v-9 1i9c-1m 1ib4-9 1ibk-3 1ibp-7 1ibz-1 1ic3-l 1icq-6 1icy-1 1id1-4 1id7-9 1idj-1 1idn-2 1ids 1idz',
  '1ie5-6 1iee-6 1ieo-4 1if4-9 1iff 1ifi 1ifk-11 1ign-9 1igy 1ih1 1ih3-3 1ih8-7 1iht-1 1iio-22 1ikw-9 1ila-3',
  '1im8-1x 1io7 1iog-9 1itc-1h 1iuw-8 1ivs-5 1iww-1s 1iys 1iz4-9 1j0g-1k 1j28-9 1j2o-j 1j40-q 1j4t-e 1j5c-b 1j5s-6',
  '1jb4-1m 1jfk-2a 1ji7-7 1jih 1jik-7 1jit-1 1jiw-t 1jjr-1 1jjv-8 1jkg-9 1jmo-7 1jmy-19 1joa-7 1joj-1 1jpc-1q 1jrb',
  '1jrk-21 1jtp 1ju8-20 1jz4-7 1k1s-w 1k34-9 1k3k-8 1k3u-18 1k54-8 1k5s-s 1k6q-t 1k7m-l 1k89-d 1kao-6 1kaw-1',
  '1kaz-17 1kca 1kcc-1 1kcf-8 1kcw-9 1kdc-5 1kdj-1 1kdm-10 1keo-1 1ker-5 1kf4-9 1kfk-17 1kgw-9 1ko0-m 1kow-g',
  '1kpe-14 1kqm-4 1kr4-a 1kts 1ku8-k 1kw0-pl 1log-32 1ls0-5f 1nyo-2o 1o1s-tr 1ow0-l 1oww-32y 1s00-g6 1xq8-1l',
  '1z40-fs 1zk0-u 1zkw-9 1zlc-26 1znk-9 1zo0-t 1zow-4 1zpc-1i 1zr4-3 1zrk-9 1zrv-6 1zs3-k 1zst-i 205c-18 206o-9',
  '20cg-2e 20hs-22 20jz-1k 20lr-g 20o0-1 20o3-1 20og-6 20ow-5p1 26f3-v 26io-36 2dbk-3 2dbp-6 2dbx-1 2dc0-82 2dki',
  '2dlc-2 2dlh 2dlw-3 2dm8-az 2fpc-2y 2fsg-c 2fsw-8 2ftc-9 2ftp-1 2j1s-9 2jgg-19 2jhs-m 2jxh-4 2jxp-5 2jy3-7',
  '2jyd-6 2jze-3 2k3m-2 2k74-j 2k80-j 2kbk-o 2kg0-2c 2kie-1y 2kke-1 2kki 2kkl-1 2kkp-3 2kku-b 2kl7 2kl9-6 2klh-1s',
  '2knb-3 2knh-7 2knq-6 2kny-r 2kor-3 2kow-4 2kp2 2kp6-6 2kpe-9f 2kyw-o 2kzm-o 2l0c-u 2l18-o 2l1y-u 2l2u-o 2l3k-u',
  '2l4g-o 2l56-u 2l62-o 2l6s-7 2l72-1d 2lmo-1i 2lob-1d 2lpx 2lqc 2lqz-4 2lr5-e 2mm8-u 2mn9-5 2mtc-6 2mtk-g 2mu3-6',
  '2mub-1 2mue-4 2muo-1p 2mxb 2n0g-18 2n1s-d 2n28-9 2n2m 2nbk-u 2ncw-1l 2nrk-15 2nyo-16 2o5c-u 2o68-l 2o72-1',
  '2odc-6 2odk-3 2odp-1 2ods-e 2oe8-5g 2ojr-f 2olc-23 2onk-9 2p9t-1m 2pbh-2 2pbl-3 2pdt-18 2pf3-e 2pkw-3 2pl1-q',
  '2plt-1 2plw 2plz 2pm1-9 2pmc-3 2pmh 2pmj 2pmq 2pmv 2pmx 2pmz 2pn1-2 2pn5-1 2pn8 2pnb 2pnd 2pnf 2pnh 2pnj 2pnl-1',
  '2pno 2pnr-3 2pnw-6 2po4-3 2po9-3 2poe 2pog-9 2por-g 2ppd-2 2pph-4 2ppn-g 2q68-c 2sc0-9 2t4w-wyn 3q4g-3dp',
  '3ti8-4gd 3xyo-5rk 43qo-h9 464g-f1 47pc-3t6 4bio-6jt jo5c-6n',
]

/** [first, last] code points, ascending. */
export const wordRanges: readonly (readonly [number, number])[] = ranges
  .join(' ')
  .split(' ')
  .map((entry) => {
    const [first = '', more = '0'] = entry.split('-')
    const start = Number.parseInt(first, 36)
    return [start, start + Number.parseInt(more, 36)] as const
  })
