"""Aduan 112: the domain of a city's complaint desk. Pure at this level, the standard library only.

message          what a citizen sent and what we say, the same on every channel
understanding    words → service code, emergency, place
conversation     reply(conversation, message, …) → the next conversation and what must follow from it
service_request  a report, its states and the moves between them
change           what one decision writes in one transaction: state, timeline, effects, answers
routing          which agency is responsible, and why
officer          what an agency's officer may do with a report
agency_notice    e-mail and SMS to an agency;  agency_page  the page behind the link
desk_link        the signed link and the one-time form token
report_number    the number a citizen can say over a phone
jurisdiction     one city: services, agencies, areas, sentences;  geo  is a point inside?
photo            is this file a photo we take?
aws/, meta/      the outside systems
"""
