"""本人档案: all that the office has about the person of a request, as a fold of its page."""
