//go:build linux

package main

import "syscall"

const fstatat = syscall.SYS_NEWFSTATAT

var (
	stack  uintptr
	thread [16]uintptr
)
