"""The values that contents are made of: texts, names, instants, documents, people, services, parcels, exhibits."""
