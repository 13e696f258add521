//go:build !unix

package main

// noFollow has no counterpart here.
const noFollow = 0
