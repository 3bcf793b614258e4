<?php
/**
 * Activates the plugins as WordPress does, and makes the people of the tests. Prints their ids.
 */

require_once ABSPATH . 'wp-admin/includes/plugin.php';
activate_plugin( 'woocommerce/woocommerce.php' );
flush_rewrite_rules();
// Avatars come from another site.
update_option( 'show_avatars', '0' );
$made = array( 'owner' => 1 );
$people = array(
	'keeper'     => 'shop_manager',
	'Δήμητρα'    => 'customer',
	'reader'     => 'subscriber',
	'writer'     => 'editor',
);
foreach ( $people as $name => $role ) {
	$login         = 'Δήμητρα' === $name ? 'dimitra' : $name;
	$made[ $login ] = wp_insert_user(
		array(
			'user_login' => $login,
			'user_pass'  => $login,
			'user_email' => "$login@people.example",
			'role'       => $role,
		)
	);
}
return $made;
