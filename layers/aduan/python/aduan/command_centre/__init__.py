"""The command centre inside the CloudWatch console: what its people see, and what they may do.

figures     what one report adds to the city's figures, and what the figures say
triage      which reports a person must decide, and why
operator    what an operator may do with a report, and what follows
calls       a call to 112: heard, checked, filed
city_map    the 46 kelurahan as SVG
finding     under what a report is found again
papers      a month as CSV and open data; month_page: on one page for the mayor
widget      the HTML that a custom widget of CloudWatch shows: forms and buttons without a script
views       each dashboard's widgets, made of these
"""
