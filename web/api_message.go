package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"amigo/app/i18n"
	"amigo/tickets"
)

func (a *apiServer) installMessages(api huma.API) {
	huma.Register(api, operation(http.MethodGet, "/tickets/{ref}/messages", "listMessages", "Read what was said on a ticket"), a.listMessages)
	say := operation(http.MethodPost, "/tickets/{ref}/messages", "postMessage", "Reply on a ticket, or note something internally")
	say.DefaultStatus = http.StatusCreated
	huma.Register(api, say, a.postMessage)
	attach := operation(http.MethodPost, "/attachments", "postAttachment", "Upload a file, to be named in a ticket or message")
	attach.DefaultStatus = http.StatusCreated
	attach.Middlewares = huma.Middlewares{spooled(api)}
	huma.Register(api, attach, a.postAttachment)
}

func (a *apiServer) listMessages(ctx context.Context, in *pageInput) (*of[list[apiMessage]], error) {
	id, err := in.Ref.id()
	if err != nil {
		return nil, failed(ctx, err)
	}
	after, err := in.after()
	if err != nil {
		return nil, failed(ctx, err)
	}
	// One more than asked for tells whether there is a rest.
	all, err := a.Desk.MessagesPage(ctx, id, tickets.MessageID(after), in.Limit+1)
	if err != nil {
		return nil, failed(ctx, err)
	}
	page, next := cut(all, after, in.Limit, func(m tickets.Message) int64 { return int64(m.ID) })
	items, err := a.apiMessages(ctx, page)
	if err != nil {
		return nil, failed(ctx, err)
	}
	answer := listOf(items, next)
	return &answer, nil
}

type messageBody struct {
	Body        string  `json:"body" minLength:"1" maxLength:"100000"`
	Internal    bool    `json:"internal,omitempty" doc:"A note that requesters never see; technicians only."`
	Attachments []int64 `json:"attachments,omitempty" maxItems:"20"`
}

type messageInput struct {
	Ref  apiRef `path:"ref" maxLength:"40" example:"12345"`
	Body messageBody
}

func (a *apiServer) postMessage(ctx context.Context, in *messageInput) (*created[apiMessage], error) {
	id, err := in.Ref.id()
	if err != nil {
		return nil, failed(ctx, err)
	}
	b := in.Body
	var m tickets.Message
	if b.Internal {
		m, err = a.Desk.Note(ctx, id, tickets.Note{Body: b.Body, Attachments: attachmentIDs(b.Attachments)})
	} else {
		m, err = a.Desk.Reply(ctx, id, tickets.Reply{Body: b.Body, Attachments: attachmentIDs(b.Attachments)})
	}
	if err != nil {
		return nil, failed(ctx, err)
	}
	view, err := a.apiMessages(ctx, []tickets.Message{m})
	if err != nil {
		return nil, failed(ctx, err)
	}
	location := apiRoot + "/tickets/" + id.Ref() + "/messages?cursor=" + strconv.FormatInt(int64(m.ID)-1, 10) + "&limit=1"
	return &created[apiMessage]{Location: location, Body: view[0]}, nil
}

// spooled reads a form before its operation does: so that a form too large, or
// none at all, is called by its name, and what was spooled to disk goes away.
func spooled(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		form, err := ctx.GetMultipartForm()
		if form != nil {
			defer form.RemoveAll() //nolint:errcheck // the operating system sweeps its temporary folder, too
		}
		_, large := errors.AsType[*http.MaxBytesError](err)
		switch p := i18n.From(ctx.Context()); {
		case large:
			_ = huma.WriteErr(api, ctx, http.StatusRequestEntityTooLarge, p.T("tickets.file.large", "Max", tickets.MaxFile>>20))
		case errors.Is(err, http.ErrNotMultipart):
			_ = huma.WriteErr(api, ctx, http.StatusUnsupportedMediaType, p.T("web.api.multipart"))
		default:
			next(ctx)
		}
	}
}

type attachmentInput struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true"`
	}]
}

func (a *apiServer) postAttachment(ctx context.Context, in *attachmentInput) (*created[apiAttachment], error) {
	file := in.RawBody.Data().File
	defer file.Close() //nolint:errcheck // only read
	f, err := a.Desk.Attach(ctx, file.Filename, file)
	if err != nil {
		return nil, failed(ctx, err)
	}
	location := "/attachments/" + strconv.FormatInt(int64(f.ID), 10) // where a browser reads it
	return &created[apiAttachment]{Location: location, Body: apiAttachment{int64(f.ID), f.Name, f.Type, f.Size}}, nil
}
