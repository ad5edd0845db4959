package ui

import "context"

type assetsKey struct{}

// WithAssets tells every component below ctx where built files are served.
// address turns a plain name of web/dist ("amigo.css", "icons.svg") into the
// address to load it from, usually with a hash of its bytes.
func WithAssets(ctx context.Context, address func(name string) string) context.Context {
	return context.WithValue(ctx, assetsKey{}, address)
}

// asset is the address of a built file; /assets/name when nobody said.
func asset(ctx context.Context, name string) string {
	if address, ok := ctx.Value(assetsKey{}).(func(string) string); ok {
		return address(name)
	}
	return "/assets/" + name
}
