// Package blob keeps bytes under their SHA-256: attachments, raw mails, exports.
//
// A blob has no name, no type and no owner; whoever needs one keeps its [Sum]
// in a row of the database, and that row is the truth. Equal bytes are stored
// once, and a blob never changes.
//
// The life of a blob:
//
//  1. [Store.Put], before the transaction that writes the row: a transaction
//     must not wait for a disk or a network. When the row is not written after
//     all, a blob is left that nobody names.
//  2. [Store.Open], as often as wanted. The reader checks what it reads.
//  3. [Store.Delete], by whoever knows that no row names the sum any more.
//
// The seam is real: [Folder] keeps blobs in a folder, [Memory] keeps them for a
// test. Every implementation passes the suite in app/blob/blobtest.
package blob
