"""PDF: text layer in reading order with positions, tables, headings, form values, and OCR where there is no text."""
