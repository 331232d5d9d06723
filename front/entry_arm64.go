//go:build linux

package main

import "syscall"

const fstatat = syscall.SYS_FSTATAT
