//go:build wasip1

// A program of Go's own compiler, with goroutines, a map, floats and a panic
// that is caught.
//
// #Args: one two
// #Env: NAME=value
// #Stdin: 3 4
// #ExpectedStdout: args [one two] NAME=value
// #ExpectedStdout: sum 7, root 5.00
// #ExpectedStdout: 499500 from 10 goroutines
// #ExpectedStdout: recovered: runtime error: index out of range [3] with length 3
package main

import (
	"fmt"
	"math"
	"os"
	"sync"
)

func main() {
	fmt.Printf("args %v NAME=%s\n", os.Args[1:], os.Getenv("NAME"))
	var a, b int
	fmt.Scan(&a, &b)
	fmt.Printf("sum %d, root %.2f\n", a+b, math.Hypot(float64(a), float64(b)))
	var wg sync.WaitGroup
	sums := make(chan int, 10)
	for i := range 10 {
		wg.Go(func() {
			n := 0
			for k := i; k < 1000; k += 10 {
				n += k
			}
			sums <- n
		})
	}
	wg.Wait()
	close(sums)
	total := 0
	for n := range sums {
		total += n
	}
	fmt.Println(total, "from 10 goroutines")
	defer func() { fmt.Println("recovered:", recover()) }()
	list := make([]int, 3)
	list[len(os.Args)] = 1
}
