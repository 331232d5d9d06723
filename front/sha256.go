//go:build linux

package main

import "math/bits"

var roundConstants = [64]uint32{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}

// digest is SHA-256 (FIPS 180-4) in static memory: the standard package needs the runtime. A test compares the two.
type digest struct {
	state  [8]uint32
	rounds [64]uint32
	block  [64]byte
	length uint64
}

// hexDigest ends in NUL.
type hexDigest [65]byte

//go:nosplit
func (d *digest) start() {
	d.state = [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
	d.length = 0
}

// add puts the length before the text, so that no two lists of texts are the same to the digest.
//
//go:nosplit
func (d *digest) add(text string) {
	d.addNumber(int64(len(text)))
	d.write(text)
}

//go:nosplit
func (d *digest) addNumber(number int64) {
	for shift := 56; shift >= 0; shift -= 8 {
		d.writeByte(byte(number >> shift))
	}
}

//go:nosplit
func (d *digest) write(text string) {
	for len(text) > 0 {
		n := copy(d.block[d.length%64:], text)
		d.length += uint64(n)
		text = text[n:]
		if d.length%64 == 0 {
			d.compress()
		}
	}
}

//go:nosplit
func (d *digest) writeByte(value byte) {
	d.block[d.length%64] = value
	d.length++
	if d.length%64 == 0 {
		d.compress()
	}
}

//go:nosplit
func (d *digest) finish(text *hexDigest) {
	length := d.length * 8
	d.writeByte(0x80)
	for d.length%64 != 56 {
		d.writeByte(0)
	}
	d.addNumber(int64(length))
	for i := range 64 {
		text[i] = "0123456789abcdef"[d.state[i/8]>>(28-i%8*4)&15]
	}
}

//go:nosplit
func (d *digest) compress() {
	w, s := &d.rounds, &d.state
	a, b, c, d0, e, f, g, h := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
	for i := range w {
		if i < 16 {
			w[i] = uint32(d.block[4*i])<<24 | uint32(d.block[4*i+1])<<16 | uint32(d.block[4*i+2])<<8 | uint32(d.block[4*i+3])
		} else {
			w[i] = w[i-16] + w[i-7] + (turn(w[i-15], 7) ^ turn(w[i-15], 18) ^ w[i-15]>>3) + (turn(w[i-2], 17) ^ turn(w[i-2], 19) ^ w[i-2]>>10)
		}
		t := h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e&f ^ ^e&g) + roundConstants[i] + w[i]
		h, g, f, e, d0, c, b, a = g, f, e, d0+t, c, b, a, t+(turn(a, 2)^turn(a, 13)^turn(a, 22))+(a&b^a&c^b&c)
	}
	s[0], s[1], s[2], s[3] = s[0]+a, s[1]+b, s[2]+c, s[3]+d0
	s[4], s[5], s[6], s[7] = s[4]+e, s[5]+f, s[6]+g, s[7]+h
}

//go:nosplit
func turn(word uint32, places int) uint32 { return bits.RotateLeft32(word, -places) }
