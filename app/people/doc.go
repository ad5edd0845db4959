// Package people knows who someone is and what they may do.
//
// A person is a member of the directory, a guest (somebody who wrote without
// being in it), an establishment (ce.<UAI>@…, a school's own mailbox), or the
// System itself. A member is a requester, a technician, a supervisor or an
// administrator; each role may what the ones before it may.
//
//  1. The directory is imported ([Directory.Import]); demonstration people and
//     CSV files ([ReadCSV]) come the same way.
//  2. At sign-in an account of the identity provider is bound to a person once
//     ([Directory.SignIn]), and the person's role is read again from its groups.
//  3. Each request carries an [Actor] in its context: who acts, with which role,
//     in which teams, and by which channel. Rights are read from the database
//     each time, so a role that is gone is gone at once.
//  4. Domain packages ask [ActorOf] and decide with pure rules.
//
// Every person has a uid. A member's is the directory's and holds no colon;
// those that AMIGO makes up do: "mail:" and a guest's address, "uai:" and the
// code of an establishment, "oidc:" and a hash for a newcomer whose provider
// gives no name that can serve, "amigo:system".
//
// A mail address belongs to one person at most, and nothing but an import
// takes it away again, from a guest only: whoever signs in keeps the addresses
// that the directory says, not those that their account claims.
//
// A member chooses what they want to be written about ([Directory.SetChoices]):
// how often, at which hours, in which language. Letters ask before they go out.
//
// Teams work queues. A site (Caen, Rouen) has establishments, known by their
// UAI code; people work in one or several.
package people
