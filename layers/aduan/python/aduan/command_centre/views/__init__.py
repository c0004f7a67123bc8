"""The widgets of the dashboards, each made of what was read beforehand: they ask nothing themselves."""
