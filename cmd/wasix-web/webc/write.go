package webc

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// indexRoom is how much is added to an index until it says where it ends itself.
const indexRoom = 64

// Write makes a package file. The same package is the same bytes.
//
// Errors: names that are not file names; values in the manifest other than
// strings, integers, booleans, nil, []byte, []any and map[string]any.
func Write(f *File) ([]byte, error) {
	manifest, err := appendCBOR(nil, f.Manifest)
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	dir := Dir{}
	for name, data := range f.Atoms {
		dir[name] = Node{Data: data}
	}
	atoms, err := appendVolume(nil, dir)
	if err != nil {
		return nil, fmt.Errorf("atoms: %w", err)
	}
	type section struct {
		tag  byte
		name string
		body []byte
	}
	sections := []section{{tagManifest, "", manifest}, {tagAtoms, "", atoms}}
	for _, name := range slices.Sorted(maps.Keys(f.Volumes)) {
		body := binary.LittleEndian.AppendUint64(nil, uint64(len(name)))
		if body, err = appendVolume(append(body, name...), f.Volumes[name]); err != nil {
			return nil, fmt.Errorf("volume %q: %w", name, err)
		}
		sections = append(sections, section{tagVolume, name, body})
	}
	// The length of the index depends on the offsets in it.
	index := []byte(nil)
	for room := 0; ; room += indexRoom {
		at := len(Magic) + 9 + len(index) + room
		volumes := map[string]any{}
		top := map[string]any{"volumes": volumes, "signature": map[string]any{"tag": "signature-none", "value": []byte{}}}
		end := at
		for _, s := range sections {
			sum := sha256.Sum256(s.body)
			entry := map[string]any{"span": map[string]any{"start": end, "len": sectionHead + len(s.body)},
				"checksum": map[string]any{"tag": "checksum-sha256", "value": sum[:]}}
			switch s.tag {
			case tagManifest:
				top["manifest"] = entry
			case tagAtoms:
				top["atoms"] = entry
			default:
				volumes[s.name] = entry
			}
			end += sectionHead + len(s.body)
		}
		made, err := appendCBOR(nil, top)
		if err != nil {
			return nil, err
		}
		if len(made) <= len(index)+room {
			index = append(made, make([]byte, len(index)+room-len(made))...)
			break
		}
	}
	b := append([]byte(Magic), tagIndex)
	b = append(binary.LittleEndian.AppendUint64(b, uint64(len(index))), index...)
	for _, s := range sections {
		sum := sha256.Sum256(s.body)
		b = append(append(b, s.tag), sum[:]...)
		b = append(binary.LittleEndian.AppendUint64(b, uint64(len(s.body))), s.body...)
	}
	return b, nil
}
