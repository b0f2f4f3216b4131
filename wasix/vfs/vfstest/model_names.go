package vfstest

func (m *Model) remove(op, path string) string {
	p, err := m.lead(m.root, path, new(int))
	if err != "" {
		return err
	}
	n := p.dir.kids[p.last]
	if op == "unlink" {
		switch {
		case p.dots(), n != nil && n.kind == 'd':
			return "EISDIR"
		case n == nil:
			return "ENOENT"
		case p.slash:
			return "ENOTDIR"
		}
		n.nlink--
		delete(p.dir.kids, p.last)
		return ""
	}
	switch {
	case p.last == "":
		return "EBUSY"
	case p.last == ".":
		return "EINVAL"
	case p.last == "..":
		return "ENOTEMPTY"
	case n == nil:
		return "ENOENT"
	case n.kind != 'd':
		return "ENOTDIR"
	case len(n.kids) != 0:
		return "ENOTEMPTY"
	}
	delete(p.dir.kids, p.last)
	return ""
}

func (m *Model) rename(old, new string) string {
	links := 0
	p, err := m.lead(m.root, old, &links)
	if err != "" {
		return err
	}
	links = 0
	q, err := m.lead(m.root, new, &links)
	switch {
	case err != "":
		return err
	case p.last == "" || q.last == "" && !p.dots():
		return "EBUSY"
	case p.dots() || q.dots():
		return "EINVAL"
	}
	n, t := p.dir.kids[p.last], q.dir.kids[q.last]
	switch {
	case n == nil:
		return "ENOENT"
	case n.kind != 'd' && (p.slash || q.slash):
		return "ENOTDIR"
	}
	for d := q.dir; n.kind == 'd'; d = d.parent {
		if d == n {
			return "EINVAL"
		}
		if d == m.root {
			break
		}
	}
	switch {
	case t == n:
		return ""
	case t != nil && n.kind == 'd' && t.kind != 'd':
		return "ENOTDIR"
	case t != nil && n.kind != 'd' && t.kind == 'd':
		return "EISDIR"
	case t != nil && len(t.kids) != 0:
		return "ENOTEMPTY"
	}
	if t != nil {
		t.nlink--
	}
	delete(p.dir.kids, p.last)
	q.dir.kids[q.last] = n
	if n.kind == 'd' {
		n.parent = q.dir
	}
	return ""
}
