SELECT each.metric || '{' || row.labels || '} ' || each.number
FROM (SELECT '' AS labels, ARRAY[coalesce((q."n")::float8, 'NaN')] AS numbers
  FROM (SELECT * FROM (
SELECT count(*) AS n FROM invoices
) AS every LIMIT 1001) AS q) AS row,
  unnest(ARRAY['holdfast_business_invoices_total'], row.numbers) AS each (metric, number);
