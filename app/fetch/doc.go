// Package fetch asks for what lies at an address that somebody typed.
//
// A server that fetches what people name is a way into the network behind it:
// the address of a calendar may be that of a database, of a printer, of the
// machine itself. So [Client.Get] asks only for what everybody on the Internet
// could ask for:
//
//  1. The address is http or https, names a host, and holds no password.
//  2. What the host's name resolves to is checked when the connection is made,
//     on the very address that is dialled: a name that resolves otherwise a
//     moment later gains nothing. Loopback, private, link-local and whatever
//     else is not the public Internet is refused, however it is written.
//  3. A redirection is an address like the first one, and there are five at most.
//  4. There is an end to time and to size, before and after decompression.
//
// Hosts and networks that an administrator lists (AMIGO_FETCH_ALLOW) may be
// asked although they are private.
//
// Through a proxy (HTTPS_PROXY, NO_PROXY) nobody here sees what a name resolves
// to, so only the hosts that are listed for it (AMIGO_FETCH_PROXY_HOSTS) are
// asked for.
//
// An [Error] says by a [Rule] why there is nothing, for pages to say in their
// reader's language; what a server answered is never part of it. Start
// reading at client.go; public.go is the list of what is not public, words.go of
// what can go wrong.
package fetch
