package mail

// Update is the flag -update, for the tests outside of the package.
var Update = update
