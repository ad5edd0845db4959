package web

import (
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"amigo/app/i18n"
)

// unfit is something that huma says of a request that does not fit its schema,
// and under which key people find it said in their language.
type unfit struct {
	said *regexp.Regexp
	key  string
}

// unfits are what the schemas of the API and its door can say.
var unfits = []unfit{
	saidAs("validation failed", "web.api.unfit.whole"),
	saidAs("required %s parameter is missing", "web.api.unfit.parameter"),
	saidAs("expected at most one value, but received multiple values", "web.api.unfit.single"),
	saidAs("invalid integer", "web.api.unfit.integer"),
	saidAs("invalid value: %v", "web.api.unfit.value"),
	saidAs("request body is required", "web.api.unfit.body"),
	saidAs("request body is too large limit=%d bytes", "web.api.unfit.large"),
	saidAs("unexpected end of JSON input", "web.api.unfit.json"),
	saidAs("invalid character %v", "web.api.unfit.json"),
	saidAs("unknown content type: %s", "web.api.unfit.content"),
	saidAs(validation.MsgExpectedRequiredProperty, "web.api.unfit.required"),
	saidAs(validation.MsgUnexpectedProperty, "web.api.unfit.unexpected"),
	saidAs(validation.MsgExpectedRFC3339Date, "web.api.unfit.date"),
	saidAs(validation.MsgExpectedOneOf, "web.api.unfit.choice"),
	saidAs(validation.MsgExpectedString, "web.api.unfit.string"),
	saidAs(validation.MsgExpectedInteger, "web.api.unfit.integer"),
	saidAs(validation.MsgExpectedNumber, "web.api.unfit.number"),
	saidAs(validation.MsgExpectedBoolean, "web.api.unfit.boolean"),
	saidAs(validation.MsgExpectedArray, "web.api.unfit.array"),
	saidAs(validation.MsgExpectedObject, "web.api.unfit.object"),
	saidAs(validation.MsgExpectedMinimumNumber, "web.api.unfit.least"),
	saidAs(validation.MsgExpectedMaximumNumber, "web.api.unfit.most"),
	saidAs(validation.MsgExpectedMinLength, "web.api.unfit.short"),
	saidAs(validation.MsgExpectedMaxLength, "web.api.unfit.long"),
	saidAs(validation.MsgExpectedMaxItems, "web.api.unfit.items"),
}

var verb = regexp.MustCompile(`%[sdv]`)

// saidAs knows a sentence by its format.
func saidAs(format, key string) unfit {
	return unfit{regexp.MustCompile("^" + verb.ReplaceAllString(regexp.QuoteMeta(format), `(.*)`) + "$"), key}
}

// inTheirLanguage says what huma refuses by itself in the language that is asked
// for. What nobody has translated stays as it is.
func inTheirLanguage(ctx huma.Context, _ string, v any) (any, error) {
	if m, ok := v.(*huma.ErrorModel); ok {
		p := i18n.From(ctx.Context())
		m.Detail = reworded(p, m.Detail)
		for _, detail := range m.Errors {
			detail.Message = reworded(p, detail.Message)
		}
	}
	return v, nil
}

func reworded(p *i18n.Printer, sentence string) string {
	for _, u := range unfits {
		if found := u.said.FindStringSubmatch(sentence); found != nil {
			return p.T(u.key, "Value", strings.Join(found[1:], ""))
		}
	}
	return sentence
}
