// Package blobtest holds the promises of blob.Store as tests. Whoever writes a
// Store runs them over it:
//
//	func TestTheStoreKeepsItsPromises(t *testing.T) {
//		blobtest.Run(t, func(t *testing.T) blob.Store { return … })
//	}
package blobtest
