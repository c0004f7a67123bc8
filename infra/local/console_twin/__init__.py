"""The CloudWatch console on this machine: the deployed dashboards, with their custom widgets as it shows them.

`python -m infra.local.console_twin --port N --config FILE` serves
    GET  /                        the page: choose a dashboard, light or dark
    GET  /dashboards              the names of all dashboards
    GET  /dashboards/<name>       one dashboard's body, as CloudWatch holds it
    POST /widget                  {"endpoint", "params", "widgetContext"}: the function is called as CloudWatch
                                  calls it; {"html"} or {"markdown"}, or {"error"} where it failed

As documented: script, iframe and `use` are taken out, and so is everything by which they could come back; a
`cwdb-action` gives the element right before it a behaviour; all fields of a widget come back as `forms.all`.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html

The page is served by a program of its own, so that Meta's twin knows nothing of AWS's console.
"""
