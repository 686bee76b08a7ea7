"""What every list of the panel offers: order, paging, columns and own views."""
