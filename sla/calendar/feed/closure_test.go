package feed_test

import (
	"strings"
	"testing"

	"amigo/sla/calendar/feed"
)

func TestOnlyWhatClosesThePlaceClosesItsDays(t *testing.T) {
	for _, name := range []string{
		"Fermé", "FERMÉ", "Fermé pour inventaire", "Jour fermé", "Fermeture", "Fermeture annuelle", "Fermeture pour travaux", "Fermeture d'été", "Fermeture pendant les vacances", "Fermeture vacances de Noël", "Fermeture les 24 et 31",
		"Établissement fermé", "Établissement fermé : travaux", "Journée banalisée, établissement fermé", "L'établissement sera fermé", "Écoles fermées",
		"Collège fermé (pas de cours)", "Fermeture de l'établissement", "Fermeture exceptionnelle du lycée", "Fermeture du collège Jules-Ferry",
		"Fermeture des services", "Service exceptionnellement fermé", "Pont de l'Ascension - établissement fermé",
		"Férié", "Jour férié : 11 novembre", "Lundi de Pentecôte (férié)", "Jour férié non travaillé", "Journée vaquée", "Journée sans classe",
		"Closed", "School closed", "Public holiday",
	} {
		if f := parsed(t, event("SUMMARY:"+name, "DTSTART:20261113")); f.Entries[0].Kind != feed.Closure || len(f.Passed) > 0 {
			t.Errorf("%s: %+v, %v", name, f.Entries, f.Passed)
		}
	}
	if f := parsed(t, event("SUMMARY:Maintenance", "CATEGORIES:Vie scolaire,Fermeture", "DTSTART:20261113")); f.Entries[0].Kind != feed.Closure {
		t.Errorf("by its category: %+v", f.Entries)
	}
}

func TestWhatMayBeARoomOrADoorClosesNothingAndIsToBeLookedAt(t *testing.T) {
	for _, name := range []string{
		"Salle informatique fermée", "Salle informatique : fermée", "Portail non fermé", "Établissement non fermé", "Jour férié travaillé", "Jours fériés non chômés",
		"Fermeture du portail nord", "Fermeture des inscriptions", "Fermeture du service de restauration", "Service de restauration fermé",
		"Établissement fermé l'après-midi", "Fermé à 16 h", "Veille de jour férié", "Pas de fermeture", "Lab closed", "Visite de la ferme",
	} {
		for _, last := range []string{"20261114", "20261116"} {
			f := parsed(t, event("SUMMARY:"+name, "DTSTART;VALUE=DATE:20261113", "DTEND;VALUE=DATE:"+last))
			if f.Entries[0].Kind != feed.Occasion || len(f.Passed) != 1 || f.Passed[0].Rule != "feed.unsure" || f.Passed[0].Line != 2 {
				t.Errorf("%s: %+v, %v", name, f.Entries, f.Passed)
			}
			got, warnings := into(t, f, normandie(t), "B")
			if len(warnings) != 1 || !strings.Contains(warnings[0].Text, "may not mean that everything is closed") {
				t.Errorf("%s: %v", name, warnings)
			}
			sameDays(t, got, normandie(t), "2026-11-01", "2026-11-30")
			if mark := got.Marks[len(got.Marks)-1]; mark.From != "2026-11-13" {
				t.Errorf("%s: %+v", name, mark)
			}
		}
	}
	if f := parsed(t, event("SUMMARY:Confirmation des vœux", "DTSTART:20261113")); f.Entries[0].Kind != feed.Occasion || len(f.Passed) > 0 {
		t.Errorf("%+v, %v", f.Entries, f.Passed)
	}
}
