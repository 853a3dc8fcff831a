"""What every resource of the API does alike: refusals, pages of lists, filters, versions, repeats, the
schema.
"""
