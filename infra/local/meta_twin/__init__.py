"""Meta on this machine: the Graph API, the webhooks, and the phones of the citizens.

`python -m infra.local.meta_twin --port N --config FILE` serves on one port:

Graph API (`Authorization: Bearer`), as strict as Meta's
    POST   /v25.0/<phone number id>/messages    WhatsApp
    POST   /v25.0/me/messages                   Instagram
    POST   /v25.0/<phone number id>/media       upload; GET and DELETE /v25.0/<media id>
    GET    /media-file/<media id>?...           where such a media answer points

Phones (JSON in, JSON out, no token; `<channel>` is whatsapp or instagram, `<address>` a phone
number, a business-scoped or an Instagram-scoped id; whoever is new there is made up)
    GET    /citizens                            all of them, the most recent chat first
    POST   /citizens                            {"channel", "name"?, "phone"?, "user_id"?,
                                                "hide_phone"?: no number in webhooks}
    GET    /citizens/<channel>/<address>        {"citizen", "messages": [{"id", "direction",
                                                "at", "status", "view", "body"}]}
    PATCH  /citizens/<channel>/<address>        {"name"?, "username"?, "hides_phone"?: no number
                                                in webhooks from now on, "empty_phone"?: "" in
                                                its place, "blocks"?, "offline"?,
                                                "reads_at_once"?, "fails_with"?: code or null,
                                                "wrote_at"?}
    POST   /citizens/<channel>/<address>/read   the chat is on the screen: read receipts go out
    POST   /citizens/<channel>/<address>/messages
           one thing done with the phone, of the many that `citizen_api` lists, such as {"text"},
           {"media": id or [ids], "caption"?}, {"location": {"latitude", "longitude", "name"?,
           "address"?}}, {"reply": {"id", "title"?, "message"?}} (a tap on what was offered),
           {"raw": {"type": ..., ...}}; besides "quote": id, "late_s", "id".
           How it is delivered: "times", "unknown_fields", "delay_s", "wait": answer after the
           webhook's 200; for several at once {"messages": [...], "batch", "order": "reversed", ...}.
           Answers 202 {"id", "ids", "webhooks", "citizen"}; 409 {"error"} where a phone cannot
           do that.
    POST   /citizens/instagram/<address>/staff  {"text"}: a person answers in the Instagram app
    GET    /sent?to=<address>                   what was sent to a citizen, oldest first: [{"id",
                                                "to", "channel", "timestamp", "body", "text",
                                                "options": [{"kind", "id", "title",
                                                "description"}], "media", "status"}]
    POST   /media                               a citizen's file (multipart, or the bare body
                                                with its Content-Type) -> {"id"}
    GET    /media/<media id>                    the file, for the page
    POST   /media/<media id>/gone               Meta has lost it

The rest
    GET    /mailboxes                           {"reachable", "desk_url", "agencies": {id: name},
                                                "mail": [{"id", "agency", "subject", "text", "sms",
                                                "at"}], "sms": [{"to", "text"}]}
    GET    /usage?month=2026-11                 what Meta bills: {"delivered", "billable", "usd",
                                                "usd_without_free", "free_left", "kinds": {kind:
                                                ...}, "citizens": [{"citizen", "channel",
                                                "delivered", "billable", "usd", "kinds", ...}]}
    GET, PATCH /account                         {"payment_method": without one, what costs fails,
                                                "expired_tokens": [channel], "human_agent",
                                                "refuses_late": 131047 and 131053 by a status}
    GET    /templates; PATCH /templates/<name>  {"status": APPROVED, PAUSED, DISABLED, ...}
    GET    /webhooks                            every delivery with body, attempts and outcome
    POST   /webhooks                            {"channel", "body"}: any body, signed, delivered
    GET, PATCH /delivery                        {"times", "delay_s", "jitter_s", "unknown_fields",
                                                "hold"}: every webhook from now on, statuses and
                                                echoes too; also "held": how many are kept back
    POST   /delivery/release                    {"order"?: as_sent, reversed, shuffled, "batch"?:
                                                many in one body}: what was held goes out
    POST   /verify                              the verification handshake once more
    POST   /faults                              {"channel", "code", "times"?, "subcode"?,
                                                "http_status"?, "lose_answer"?: do it, then fail,
                                                "by_status"?: accept it, then fail, "of_media"?: not
                                                what is sent, but files asked for; "chance"?}
    GET    /events                              server-sent: {"channel", "citizen", "typing"?}
    GET    /health                              {"ok", "verified"}
    GET    /reports, /reports/<id>              where they stand: no description, no citizen
    GET    /workflow                            the deployed lifecycle as a graph
    GET    /areas                               the city's areas, GeoJSON
    GET    /                                    the page
"""
