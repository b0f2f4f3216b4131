package link

import "github.com/wasix-web/wasix-web/wasix/internal/wasmgen"

// Shim returns the module between the program and a kernel whose calls are
// exports named as abi.Call.Export says.
func (p *Plan) Shim() ([]byte, error) {
	imports := make([]wasmgen.ShimImport, len(p.Funcs))
	for i, f := range p.Funcs {
		imports[i] = wasmgen.ShimImport{Type: f.Type}
		if f.Call != nil {
			imports[i].Go = f.Call.Export
		}
	}
	return wasmgen.Shim(imports)
}
