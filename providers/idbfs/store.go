package idbfs

// Store is an ordered key-value database with transactions: IndexedDB, or a
// test's. Its functions return at once; what they are given to call is called
// later, with the kernel lock held, and never from inside the call itself.
type Store interface {
	// Begin starts a transaction, the only one that writes until Commit has
	// called done. strict: committed means that it survives a loss of power.
	Begin(strict bool) Txn
	// Get reads one value, nil when there is none. It is good until done
	// returns.
	Get(key []byte, done func(value []byte, err error))
	// Scan reads everything at one moment: the records whose keys are below
	// split with their values, the others without, in order of the keys.
	Scan(split []byte, done func(list []KeyValue, err error))
	// Estimate tells how many bytes may still be written; -1 when nobody knows.
	Estimate(done func(free int64))
	// After calls fn once, unless stop is called first.
	After(ms int, fn func()) (stop func())
	// Close lets go of the database, so that another may open it.
	Close()
}

// Txn gathers changes. Keys and values are copied.
type Txn interface {
	Put(key, value []byte)
	Delete(key []byte)
	// Commit makes all of the changes, or none.
	Commit(done func(err error))
}

// KeyValue is a record of the database.
type KeyValue struct{ Key, Value []byte }

// Error is a failure of the database.
type Error struct{ Name, Message string } // those of the DOMException

func (e *Error) Error() string { return e.Name + ": " + e.Message }

// isQuota tells whether the database is full.
func isQuota(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Name == "QuotaExceededError"
}

// isGone tells whether the connection to the database has been cut: somebody has
// deleted it.
func isGone(err error) bool {
	e, ok := err.(*Error)
	return ok && (e.Name == "InvalidStateError" || e.Name == "NotFoundError")
}
