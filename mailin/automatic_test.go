package mailin_test

import (
	"testing"

	"amigo/mailin"
)

func TestMachinesAreToldFromPeople(t *testing.T) {
	for field, want := range map[string]mailin.Sign{
		"X-A: b":                                                  mailin.ByPerson,
		"Auto-Submitted: no":                                      mailin.ByPerson,
		"Auto-Submitted: No (a person)":                           mailin.ByPerson,
		"Auto-Submitted: auto-replied":                            mailin.ByAutoSubmitted,
		"Auto-Submitted: auto-generated (failure)":                mailin.ByAutoSubmitted,
		"Auto-Submitted: auto-notified; owner-email=\"x@y.test\"": mailin.ByAutoSubmitted,
		"Precedence: bulk":                                        mailin.ByPrecedence,
		"Precedence: AUTO_REPLY":                                  mailin.ByPrecedence,
		"Precedence: first-class":                                 mailin.ByPerson,
		"X-Auto-Response-Suppress: OOF, DR":                       mailin.BySuppress,
		"X-Auto-Response-Suppress: None":                          mailin.ByPerson,
		"X-Autoreply: yes":                                        mailin.ByAutoreply,
		"X-Autoreply: no":                                         mailin.ByPerson,
		"X-Autorespond: vacances":                                 mailin.ByAutoreply,
		"List-Id: <x.test>":                                       mailin.ByList,
		"List-Unsubscribe: <mailto:x@y.test>":                     mailin.ByList,
		"Feedback-ID: 1:2:3":                                      mailin.ByFeedback,
		"Return-Path: <>":                                         mailin.ByNullSender,
		"Return-Path: <a@b.test>":                                 mailin.ByPerson,
		"Subject: Réponse automatique : Congé":                    mailin.BySubject,
		"Subject: Re: Absence du bureau":                          mailin.BySubject,
		"Subject: Automatic reply: x":                             mailin.BySubject,
		"Subject: Out of Office until Monday":                     mailin.BySubject,
		"Subject: =?iso-8859-1?Q?R=E9ponse_automatique?=":         mailin.BySubject,
		"Subject: Réponse automatique d'Outlook à modifier":       mailin.ByPerson,
		"Subject: Absences : la saisie ne marche pas":             mailin.ByPerson,
		"Subject: Clavier hors service, bureau 12":                mailin.ByPerson,
	} {
		l, err := mailin.Parse([]byte("From: a@b.test\n" + field + "\n\nx\n"))
		if err != nil || l.Automatic != want {
			t.Errorf("%s: %q, %v, want %q", field, l.Automatic, err, want)
		}
	}
}
