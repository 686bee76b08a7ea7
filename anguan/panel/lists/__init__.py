"""Lists of the panel: filters, order, paging, columns, own views, editing of rows, and exports."""
