package fetch

import "net/netip"

// public says whether an address is one of the public Internet. Of IPv6 that is
// 2000::/3 without the parts that stand for something else: tunnels to IPv4
// (2002::/16, Teredo) and what is for documents. IPv4 inside of IPv6 is judged
// as IPv4 where that is all it is (::ffff:0:0/96); behind a translator
// (64:ff9b::/96) nobody knows what it reaches.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsValid() || a.Is6() && !global6.Contains(a) {
		return false
	}
	for _, reserved := range special {
		if reserved.Contains(a) {
			return false
		}
	}
	return true
}

var global6 = netip.MustParsePrefix("2000::/3")

// special are the networks of the IANA registries of special-purpose addresses
// (RFC 6890) that are not globally reachable, with multicast and future use.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("10.0.0.0/8"),      // private
	netip.MustParsePrefix("100.64.0.0/10"),   // shared by carriers
	netip.MustParsePrefix("127.0.0.0/8"),     // loopback
	netip.MustParsePrefix("169.254.0.0/16"),  // link-local, where clouds keep their metadata
	netip.MustParsePrefix("172.16.0.0/12"),   // private
	netip.MustParsePrefix("192.0.0.0/24"),    // protocols
	netip.MustParsePrefix("192.0.2.0/24"),    // documents
	netip.MustParsePrefix("192.88.99.0/24"),  // relays of 6to4
	netip.MustParsePrefix("192.168.0.0/16"),  // private
	netip.MustParsePrefix("198.18.0.0/15"),   // measurements
	netip.MustParsePrefix("198.51.100.0/24"), // documents
	netip.MustParsePrefix("203.0.113.0/24"),  // documents
	netip.MustParsePrefix("224.0.0.0/4"),     // multicast
	netip.MustParsePrefix("240.0.0.0/4"),     // future use, broadcast
	netip.MustParsePrefix("2001::/23"),       // protocols, Teredo
	netip.MustParsePrefix("2001:db8::/32"),   // documents
	netip.MustParsePrefix("2002::/16"),       // 6to4
	netip.MustParsePrefix("3fff::/20"),       // documents
}

// list is hosts by name, and networks.
type list struct {
	names    map[string]bool
	networks []netip.Prefix
}

// newList reads names, addresses (10.1.2.3) and networks (10.0.0.0/8).
func newList(entries []string) list {
	l := list{names: map[string]bool{}}
	for _, entry := range entries {
		if network, err := netip.ParsePrefix(entry); err == nil {
			l.networks = append(l.networks, network.Masked())
		} else if address, err := netip.ParseAddr(entry); err == nil {
			address = address.Unmap().WithZone("")
			l.networks = append(l.networks, netip.PrefixFrom(address, address.BitLen()))
		} else {
			l.names[hostName(entry)] = true
		}
	}
	return l
}

// host says whether a host is listed, by its name or as the address that it is.
func (l list) host(name string) bool {
	if address, err := netip.ParseAddr(name); err == nil {
		return l.address(address)
	}
	return l.names[hostName(name)]
}

// address says whether an address lies in a listed network.
func (l list) address(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, network := range l.networks {
		if network.Contains(a) {
			return true
		}
	}
	return false
}
