package app

import (
	"context"
	"time"

	"amigo/app/blob"
	"amigo/app/jobs"
)

// TidyRates removes rates that nobody comes near any more.
type TidyRates struct{}

// Kind names the job in the database.
func (TidyRates) Kind() string { return "app.tidy_rates" }

// TidyFolder removes what killed uploads left in the data folder.
type TidyFolder struct{}

// Kind names the job in the database.
func (TidyFolder) Kind() string { return "app.tidy_folder" }

// tidy registers the housekeeping that no package below can ask for.
func (a *App) tidy() {
	jobs.Handle(a.Mux, func(ctx context.Context, _ TidyRates) error { return a.Limit.Prune(ctx) })
	jobs.Every(a.Mux, time.Hour, TidyRates{})
	jobs.HandleOutside(a.Mux, func(ctx context.Context, _ TidyFolder) error {
		folder, ok := a.Blobs.(*blob.Folder)
		if !ok {
			return nil
		}
		_, err := folder.Sweep(a.DB.Now(ctx).Add(-24 * time.Hour))
		return err
	})
	jobs.Every(a.Mux, time.Hour, TidyFolder{})
}
