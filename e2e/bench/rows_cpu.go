package main

import "context"

// Real programs that compute and hardly call the host. All runtimes leave the computing to the
// browser's engine, so what shows here is what a runtime does to a guest's code: how it compiles
// it, whether it rewrites it, what else runs beside it. Each program runs twice before it is timed,
// three times: engines need that long to optimize an interpreter's loop.

const pythonScript = `
counts = {}
for i in range(1200000):
    key = (i * 7919) % 5003
    counts[key] = counts.get(key, 0) + i
words = [str(n) for n in sorted(counts.values())]
print("python", sum(len(w) * i for i, w in enumerate(words)))
`

const phpScript = `<?php
$counts = []; $text = "";
for ($i = 0; $i < 3000000; $i++) {
    $key = ($i * 31) % 5003;
    $counts[$key] = (($counts[$key] ?? 0) + $i) & 0xffffff;
    if ($i % 16 == 0) $text .= chr(97 + $key % 26);
}
sort($counts);
echo "php ", crc32($text . implode(",", $counts)), "\n";
`

func init() {
	register(cpuProbe("python", "CPU: CPython 3.11, dictionary and strings", "/programs/python-3.11.3.wasm",
		Options{Args: []string{"-S", "-c", pythonScript}}, "python 112612527\n"))
	register(cpuProbe("php", "CPU: PHP 8.2, arrays and strings", "/programs/php-cgi-8.2.0.wasm",
		Options{Args: []string{"-q"}, Stdin: phpScript}, "php 1411694638\n"))
}

func cpuProbe(name, title, program string, o Options, stdout string) *Probe {
	row := Row{ID: "cpu/" + name, Title: title, Unit: Milliseconds, Goal: Goal{Ratio: 1.05}}
	return &Probe{
		Name: name,
		Rows: []Row{row},
		Measure: func(ctx context.Context, s *Session) (Figures, error) {
			times, err := Measured[[]float64](ctx, s, "times", program, 2, 3, o, Expected{Stdout: stdout})
			if err != nil {
				return nil, err
			}
			return Figures{row.ID: median(times)}, nil
		},
	}
}
