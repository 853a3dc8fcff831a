from diagnostics.exporters.xlsform import Lists, export_languages, xlsform

__all__ = ["Lists", "export_languages", "xlsform"]
