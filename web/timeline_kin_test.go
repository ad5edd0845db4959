package web_test

import (
	"net/http"
	"testing"

	"amigo/tickets"
)

func TestTheTimelineLeadsToTheTicketsThatBelongTogether(t *testing.T) {
	w := newTown(t)
	desk, tech := w.house.Desk, w.as("theo")
	gone, survivor := w.ticket("ann", "Muette"), w.ticket("bob", "Muette aussi")
	must(desk.Reply(w.as("bob"), survivor.ID, tickets.Reply{Body: "Et l'écran clignote."}))(t)
	said := must(desk.Messages(tech, survivor.ID))(t)
	born := must(desk.Split(tech, survivor.ID, said[1].ID))(t)
	for _, err := range []error{desk.Merge(tech, gone.ID, survivor.ID), desk.Adopt(tech, born.ID, survivor.ID)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	link := func(to tickets.Ticket, words string) check {
		return inside(`.events a[href="`+path(to)+`"]`, says(words+" "+to.ID.Label()))
	}
	w.visit("ann").get(path(gone)).want(http.StatusOK, link(survivor, "merged it into"))
	w.visit("ann").get(path(survivor)).want(http.StatusOK, none(".events a"))
	w.visit("bob").get(path(born)).want(http.StatusOK, link(survivor, "Issu d'un message de"), none(`.events a[href="`+path(gone)+`"]`))
	staff := w.visit("theo")
	staff.get(path(survivor)).want(http.StatusOK, link(gone, "y a réuni"), link(born, "a ouvert"))
	staff.get(path(born)).want(http.StatusOK, link(survivor, "l'a rattaché à"))
}
