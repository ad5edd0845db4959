package db

// Some is a list for "IN ?" in a statement that is made often: the last value is
// repeated until there are 1, 2, 4, 8 … of them, up to 512, so that the databases
// keep a few texts of the statement ready and not one for each length.
func Some[T any](values []T) []T {
	const most = 512
	size := 1
	for size < len(values) {
		size *= 2
	}
	if len(values) == 0 || len(values) > most {
		return values
	}
	padded := make([]T, size)
	for i := copy(padded, values); i < size; i++ {
		padded[i] = values[len(values)-1]
	}
	return padded
}
