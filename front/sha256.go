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

// sha256 is FIPS 180-4, in hex. The standard package of that name starts all of Go's cryptography with its self-tests
// and the os package first, which takes longer than the whole rest of a hit; a test compares the two.
func sha256(message []byte) string {
	state := [8]uint32{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
	length := uint64(len(message)) * 8
	message = append(message, 0x80)
	for len(message)%64 != 56 {
		message = append(message, 0)
	}
	for shift := 56; shift >= 0; shift -= 8 {
		message = append(message, byte(length>>shift))
	}
	for ; len(message) > 0; message = message[64:] {
		var w [64]uint32
		a, b, c, d, e, f, g, h := state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]
		for i := range w {
			if i < 16 {
				w[i] = uint32(message[4*i])<<24 | uint32(message[4*i+1])<<16 | uint32(message[4*i+2])<<8 | uint32(message[4*i+3])
			} else {
				w[i] = w[i-16] + w[i-7] + (turn(w[i-15], 7) ^ turn(w[i-15], 18) ^ w[i-15]>>3) + (turn(w[i-2], 17) ^ turn(w[i-2], 19) ^ w[i-2]>>10)
			}
			t := h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e&f ^ ^e&g) + roundConstants[i] + w[i]
			h, g, f, e, d, c, b, a = g, f, e, d+t, c, b, a, t+(turn(a, 2)^turn(a, 13)^turn(a, 22))+(a&b^a&c^b&c)
		}
		for i, each := range [8]uint32{a, b, c, d, e, f, g, h} {
			state[i] += each
		}
	}
	var text []byte
	for _, word := range state {
		for shift := 28; shift >= 0; shift -= 4 {
			text = append(text, "0123456789abcdef"[word>>shift&15])
		}
	}
	return string(text)
}

func turn(word uint32, places int) uint32 { return bits.RotateLeft32(word, -places) }
