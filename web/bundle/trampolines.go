package bundle

import (
	"encoding/base64"
	"encoding/json"

	"github.com/wasix-web/wasix-web/wasix/wasmgen"
)

// initialSlots is how many guests the shared table has room for at first, the
// same number as in jsbridge/memory.go.
const initialSlots = 64

// modules returns the generated modules that are the same for every guest, as a
// JSON object of base64 strings. They are part of the worker's script: Go cannot
// start without the trampolines, and the code that generates the others would be
// larger than they are.
func modules() string {
	m := map[string][]byte{
		"trampolines":  wasmgen.Trampolines(initialSlots),
		"runLoop":      wasmgen.RunLoop(),
		"probe":        wasmgen.Probe(),
		"clock":        wasmgen.Clock(),
		"bridge":       wasmgen.Bridge(false),
		"bridgeShared": wasmgen.Bridge(true),
		"clone":        wasmgen.Clone(false),
		"cloneShared":  wasmgen.Clone(true),
	}
	text := map[string]string{}
	for name, b := range m {
		text[name] = base64.StdEncoding.EncodeToString(b)
	}
	b, err := json.Marshal(text)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(b)
}
