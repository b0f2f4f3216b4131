// Package godebug stands in for the standard library's internal/godebug in the
// bundle, where nobody can set GODEBUG. The real one is there for package time
// alone, and with it come internal/bisect and the runtime's metrics. It is swapped
// in with go build -overlay (see ../kernel.go).
package godebug

// Setting is a setting that has its default value.
type Setting struct{ name string }

// New returns the setting with that name.
func New(name string) *Setting { return &Setting{name} }

// Name returns the setting's name.
func (s *Setting) Name() string { return s.name }

// Undocumented tells whether the setting is left out of the documentation.
func (s *Setting) Undocumented() bool { return false }

// String returns name=value.
func (s *Setting) String() string { return s.name + "=" }

// Value returns "", the default.
func (s *Setting) Value() string { return "" }

// IncNonDefault counts nothing: no value is another than the default.
func (s *Setting) IncNonDefault() {}
