package vfstest

import (
	"sort"
	"strconv"
	"strings"
)

// Model is a tree as POSIX describes it, as simply as it can be written: the
// random cases compare a file system with it. It understands the steps on paths
// that they use, all relative to its root.
type Model struct {
	root *mnode
}

type mnode struct {
	kind   byte // 'f', 'd' or 'l'
	kids   map[string]*mnode
	parent *mnode
	target string
	data   string
	nlink  int
}

// NewModel returns an empty tree.
func NewModel() *Model {
	root := &mnode{kind: 'd', kids: map[string]*mnode{}}
	root.parent = root
	return &Model{root}
}

// Clone returns a copy of the tree.
func (m *Model) Clone() *Model {
	copies := map[*mnode]*mnode{}
	var copy func(n *mnode) *mnode
	copy = func(n *mnode) *mnode {
		if c := copies[n]; c != nil {
			return c
		}
		c := *n
		copies[n] = &c
		if n.kids != nil {
			c.kids = map[string]*mnode{}
			for name, k := range n.kids {
				c.kids[name] = copy(k)
			}
		}
		if n.parent != nil {
			c.parent = copy(n.parent)
		}
		return &c
	}
	return &Model{copy(m.root)}
}

// mpath is where a path leads: a directory, a last name in it ("" for the
// directory itself, ".", ".."), and whether slashes follow the name.
type mpath struct {
	dir   *mnode
	last  string
	slash bool
}

// lead follows all but the last component of path from dir.
func (m *Model) lead(dir *mnode, path string, links *int) (p mpath, err string) {
	if path == "" {
		return p, "ENOENT"
	}
	if path[0] == '/' {
		dir = m.root
	}
	var parts []string
	for _, c := range strings.Split(path, "/") {
		if c != "" {
			parts = append(parts, c)
		}
	}
	p.slash = path[len(path)-1] == '/'
	if len(parts) == 0 {
		p.dir = dir
		return p, ""
	}
	for _, c := range parts[:len(parts)-1] {
		n, err := m.step(dir, c, links)
		if err != "" {
			return p, err
		}
		if n.kind != 'd' {
			return p, "ENOTDIR"
		}
		dir = n
	}
	p.dir, p.last = dir, parts[len(parts)-1]
	return p, ""
}

// step goes from dir to the component c, following links.
func (m *Model) step(dir *mnode, c string, links *int) (*mnode, string) {
	switch c {
	case "", ".":
		return dir, ""
	case "..":
		return dir.parent, ""
	}
	n := dir.kids[c]
	if n == nil {
		return nil, "ENOENT"
	}
	if n.kind != 'l' {
		return n, ""
	}
	if *links++; *links > 40 {
		return nil, "ELOOP"
	}
	p, err := m.lead(dir, n.target, links)
	if err != "" {
		return nil, err
	}
	return m.end(p, true, links)
}

// end returns what the last component names.
func (m *Model) end(p mpath, follow bool, links *int) (*mnode, string) {
	if n := p.dir.kids[p.last]; n != nil && n.kind == 'l' && !follow && !p.slash {
		return n, ""
	}
	n, err := m.step(p.dir, p.last, links)
	if err == "" && p.slash && n.kind != 'd' {
		err = "ENOTDIR"
	}
	return n, err
}

func (m *Model) find(path string, follow bool) (*mnode, string) {
	links := 0
	p, err := m.lead(m.root, path, &links)
	if err != "" {
		return nil, err
	}
	return m.end(p, follow, &links)
}

func (p mpath) dots() bool { return p.last == "" || p.last == "." || p.last == ".." }

// place finds where a new name is to go.
func (m *Model) place(path string, dir bool) (mpath, string) {
	p, err := m.lead(m.root, path, new(int))
	switch {
	case err != "":
	case p.dots() || p.dir.kids[p.last] != nil:
		err = "EEXIST"
	case p.slash && !dir:
		err = "ENOENT"
	}
	return p, err
}

// open finds or makes the regular file that is to be written.
func (m *Model) open(path string, create bool) (*mnode, string) {
	links := 0
	p, err := m.lead(m.root, path, &links)
	for err == "" {
		n := p.dir.kids[p.last]
		switch {
		case p.dots():
			return nil, "EISDIR"
		case create && p.slash:
			return nil, "EISDIR"
		case n == nil && !create:
			return nil, "ENOENT"
		case n == nil:
			n = &mnode{kind: 'f', nlink: 1}
			p.dir.kids[p.last] = n
			return n, ""
		case n.kind == 'd':
			return nil, "EISDIR"
		case n.kind == 'f' && p.slash:
			return nil, "ENOTDIR"
		case n.kind == 'f':
			return n, ""
		}
		if links++; links > 40 {
			return nil, "ELOOP"
		}
		slash := p.slash
		p, err = m.lead(p.dir, n.target, &links)
		p.slash = p.slash || slash
	}
	return nil, err
}

// Do carries out a step and returns what Exec.Do should.
func (m *Model) Do(w []string) string {
	switch w[0] {
	case "mkdir":
		p, err := m.place(w[1], true)
		if err == "" {
			p.dir.kids[p.last] = &mnode{kind: 'd', kids: map[string]*mnode{}, parent: p.dir}
		}
		return err
	case "symlink":
		p, err := m.place(w[2], false)
		if w[1] == "" {
			err = "ENOENT"
		}
		if err == "" {
			p.dir.kids[p.last] = &mnode{kind: 'l', target: w[1], nlink: 1}
		}
		return err
	case "link":
		n, err := m.find(w[1], false)
		if err != "" {
			return err
		}
		p, err := m.place(w[2], false)
		if err == "" && n.kind == 'd' {
			err = "EPERM"
		}
		if err == "" {
			p.dir.kids[p.last] = n
			n.nlink++
		}
		return err
	case "unlink", "rmdir":
		return m.remove(w[0], w[1])
	case "rename":
		return m.rename(w[1], w[2])
	case "write", "append":
		n, err := m.open(w[1], w[0] == "write")
		if err == "" {
			if w[0] == "write" {
				n.data = ""
			}
			n.data += w[2]
		}
		return err
	case "truncate":
		n, err := m.find(w[1], true)
		if err == "" && n.kind == 'd' {
			err = "EISDIR"
		}
		if err == "" {
			size := int(Number(w[2]))
			n.data = (n.data + strings.Repeat("\x00", size))[:size]
		}
		return err
	case "read":
		n, err := m.find(w[1], true)
		if err == "" && n.kind == 'd' {
			err = "EISDIR"
		}
		if err == "" {
			return n.data
		}
		return err
	case "readlink":
		n, err := m.find(w[1], false)
		if err == "" && n.kind != 'l' {
			err = "EINVAL"
		}
		if err == "" {
			return n.target
		}
		return err
	case "stat", "lstat":
		n, err := m.find(w[1], w[0] == "stat")
		if err == "" {
			return n.describe()
		}
		return err
	case "ls":
		n, err := m.find(w[1], true)
		if err == "" && n.kind != 'd' {
			err = "ENOTDIR"
		}
		if err == "" {
			return join(n.names())
		}
		return err
	}
	panic("vfstest: the model does not know: " + join(w))
}

func (n *mnode) names() []string {
	var names []string
	for k := range n.kids {
		names = append(names, k)
	}
	sort.Strings(names)
	return names
}

func (n *mnode) describe() string {
	switch n.kind {
	case 'd':
		links := 2
		for _, k := range n.kids {
			if k.kind == 'd' {
				links++
			}
		}
		return "dir " + strconv.Itoa(links)
	case 'l':
		return "link " + strconv.Itoa(len(n.target))
	}
	return "file " + strconv.Itoa(len(n.data)) + " " + strconv.Itoa(n.nlink)
}

// Paths returns the paths of everything in the tree, in order.
func (m *Model) Paths() []string {
	var all []string
	var down func(n *mnode, path string)
	down = func(n *mnode, path string) {
		for _, k := range n.names() {
			all = append(all, path+k)
			down(n.kids[k], path+k+"/")
		}
	}
	down(m.root, "")
	return all
}
