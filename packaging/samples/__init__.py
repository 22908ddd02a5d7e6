"""The sample clinic library: Markdown sources in, PDF, DOCX and Markdown documents out."""
