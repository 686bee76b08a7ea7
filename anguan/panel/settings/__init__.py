"""Settings of the whole office: policies, dictionaries, reasons, calendar, versions."""
