module service/${{ values.name }}

go 1.24
